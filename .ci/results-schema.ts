/**
 * The schema of `results.json`, which the compiler proves equal to the types. `npm run schema` writes
 * it to conformance/results/results.schema.json.
 */
import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { fileURLToPath, pathToFileURL } from 'node:url';
import type { Level } from '../conformance/format/case.ts';
import type { Role } from '../conformance/format/role.ts';
import type {
  MessageReactions,
  Reaction,
  TargetBehaviour,
  Unasked,
} from '../conformance/format/target-behaviour.ts';
import type { Proof } from '../conformance/format/target-profile.ts';
import type { Verdict } from '../conformance/judge/judge.ts';
import type { AftermathFacts } from '../conformance/judge/judge-conversations.ts';
import type { Cause } from '../conformance/judge/violation.ts';
import type {
  KnownFailing,
  RecordedAttempt,
  RecordedLoss,
  RecordedOptions,
  RecordedResult,
  RecordedTarget,
  Results,
  Run,
  RunEnd,
} from '../conformance/results/results.ts';
import type { StoredConversation } from '../conformance/results/stored-conversations.ts';
import type { StoredTimeline } from '../conformance/results/stored-timeline.ts';
import type { Place } from '../conformance/wire/place.ts';
import type { Side } from '../conformance/wire/timeline.ts';
import {
  anything,
  boolean,
  booleanOrString,
  constant,
  described,
  integer,
  list,
  number,
  numberOrPair,
  object,
  oneMember,
  oneOf,
  openObject,
  optional,
  type Schema,
  string,
  variants,
} from './schema-of.ts';

type StoredEntry = StoredTimeline['entries'][number];
type StoredScriptEvent = Extract<StoredEntry, { kind: 'script' }>['event'];

const definitions: Record<string, object> = {};

/** Under `$defs`, where other schemas refer to it. */
function define<T>(name: string, schema: Schema<T>): Schema<T> {
  definitions[name] = schema.json;
  return { json: { $ref: `#/$defs/${name}` } };
}

const milliseconds = define('milliseconds', number({ minimum: 0, maximum: 1e12 }));
const strings = define('strings', list(string()));
const side = define('side', oneOf('client', 'server') satisfies Schema<Side>);
const level: Schema<Level> = define('level', oneOf('must', 'should', 'may'));
const verdict: Schema<Verdict> = define(
  'verdict',
  oneOf('pass', 'fail', 'warn', 'info', 'skip', 'error'),
);
const role: Schema<Role> = define('role', oneOf('server', 'client'));
const documentName = described('`RFC 6455`, …', string());
const section = described('`5.4`', string());

const place = define(
  'place',
  described(
    'A range in the stream of one side.',
    object<Place>({ from: side, offset: integer(0), length: integer(0) }),
  ),
);

const cause = define(
  'cause',
  described(
    'The rule that was broken, in full. Results whose rule, document, section, where and seen are the same have one cause, whatever their cases.',
    object<Cause>({
      rule: string(),
      level,
      document: documentName,
      section,
      requirement: string(),
      where: oneOf('handshake', 'frames', 'answers', 'ending', 'program'),
      seen: described('What was seen, without the values that differ from case to case.', string()),
    }),
  ),
);

const base64 = string(/^[A-Za-z0-9+/]*=*$/);

const bytes = define(
  'bytes',
  described(
    'Base64 of the bytes, or of their gzip.',
    oneMember<StoredTimeline['client']>({ base64, gzip: base64 }),
  ),
);

const scriptEvent = define(
  'scriptEvent',
  described(
    'What the program of a driven client reported.',
    variants<StoredScriptEvent, 'type'>('type', {
      open: { protocol: string(), extensions: string() },
      message: { binary: boolean, length: integer(0), base64: optional(base64) },
      error: { message: optional(string()) },
      close: { code: number(), reason: string(), wasClean: boolean },
      value: { name: string(), value: optional(anything) },
    }),
  ),
);

const at = described('Since the connection was opened.', milliseconds);

const entry = define(
  'entry',
  variants<StoredEntry, 'kind'>('kind', {
    bytes: {
      at,
      from: side,
      until: optional(
        described(
          'When the last of several was seen; those between are spread evenly.',
          milliseconds,
        ),
      ),
      sizes: described(
        'Octets of a segment, or [how many segments, octets of each]; segments of one side in close succession.',
        nonEmpty(list(numberOrPair)),
      ),
    },
    fin: { at, from: side },
    rst: { at, from: side },
    timeout: { at, waitingFor: string() },
    overflow: { at, from: side, limit: described('What was passed, in words.', string()) },
    drop: { at, from: side },
    script: { at, event: scriptEvent },
  }),
);

function nonEmpty<T>({ json }: Schema<readonly T[]>): Schema<readonly T[]> {
  return { json: { ...json, minItems: 1 } };
}

/** So that a hostile file does not keep a pattern matcher busy. */
function atMost<T>(maxItems: number, { json }: Schema<readonly T[]>): Schema<readonly T[]> {
  return { json: { ...json, maxItems } };
}

const timeline = define(
  'timeline',
  described(
    "Each side's stream in one piece, and who wrote how much of it when.",
    object<StoredTimeline>({
      transport: oneOf('tcp', 'tls', 'h2'),
      client: bytes,
      server: bytes,
      entries: list(entry),
      leftOut: optional(
        described(
          'Octets missing at the end of each stream, if it was too long to be kept.',
          object<Readonly<Record<Side, number>>>({ client: integer(0), server: integer(0) }),
        ),
      ),
      redacted: optional(
        described(
          'What follows a head has had secrets in it: it can be looked at, not judged.',
          constant(true),
        ),
      ),
    }),
  ),
);

const conversations = define(
  'conversations',
  described(
    'In the order in which they were held; empty if nothing was played.',
    list(
      object<StoredConversation>({
        name: described(
          '`main` is the conversation that the verdict is about; `round` is another round of a case that is repeated.',
          oneOf('main', 'before', 'round', 'aftermath'),
        ),
        round: optional(
          described(
            'Of a case that is repeated: the round that it belongs to, from 1.',
            integer(1),
          ),
        ),
        timeline,
      }),
    ),
  ),
);

const aftermath = define(
  'aftermath',
  described(
    'Of a limit case: what was found after its conversation.',
    object<AftermathFacts>({
      memoryGrowth: optional(described("Octets by which the target's memory grew.", integer(0))),
      connectError: optional(described('Why the fresh connection could not be opened.', string())),
    }),
  ),
);

const ofAttempt = {
  verdict,
  rule: described(
    'The name of the violation; of the rule that was kept if nothing is wrong.',
    string(),
  ),
  expected: string(),
  observed: string(),
  at: optional(described('The bytes that decided.', place)),
  reference: optional(
    described("If the broken rule is not the case's own: `RFC 6455 §5.1`.", string()),
  ),
  cause: optional(cause),
  duration: milliseconds,
  conversations,
  aftermath: optional(aftermath),
  proof: optional(
    described(
      'What showed that a server was alive before it was provoked; absent if the case itself shows it.',
      oneOf('echo', 'pong', 'message', 'none') satisfies Schema<Proof>,
    ),
  ),
  isAdapted: optional(
    described("Its messages were said in the words of the target's application.", constant(true)),
  ),
  stack: optional(described('If the harness itself failed: the stack of its error.', string())),
};

const attempt = define('attempt', object<RecordedAttempt>(ofAttempt));

const result = define(
  'result',
  object<RecordedResult>({
    id: string(/^[^\s/]+\/\S+$/),
    title: string(),
    level,
    document: documentName,
    section,
    requirement: string(),
    tags: optional(strings),
    autobahn: optional(described('Ids of the equivalent Autobahn cases.', strings)),
    ...ofAttempt,
    otherAttempts: optional(
      described(
        'If the case was played more than once: the attempts that did not decide.',
        list(attempt),
      ),
    ),
    unstable: optional(described('Not all attempts came to the same verdict.', constant(true))),
  }),
);

const after = optional(described('From the question to the answer.', milliseconds));

const reaction: Schema<Reaction> = define(
  'reaction',
  described(
    'How the target reacts to something that is sent alone on a fresh connection.',
    variants<Reaction, 'kind'>('kind', {
      echo: { hasOtherType: optional(constant(true)), after },
      transformed: { after },
      message: { after },
      octets: { after },
      pong: { after },
      'wrong pong': { after },
      silence: { after },
      close: { code: optional(integer(0)), after },
      drop: { after },
    }),
  ),
);

const behaviour = define(
  'behaviour',
  described(
    'What the target does by itself, and how it reacts to one message.',
    object<TargetBehaviour>({
      unasked: described(
        'What it sends although nothing was sent to it. Times are counted from its response.',
        object<Unasked>({
          watchedFor: milliseconds,
          greeting: described('Messages right after the handshake.', integer(0)),
          greetingEnds: milliseconds,
          pushInterval: optional(milliseconds),
          pings: integer(0),
          firstPing: optional(milliseconds),
          heartbeats: described('Pongs that answer nothing.', integer(0)),
          end: optional(reaction),
        }),
      ),
      reactions: object<TargetBehaviour['reactions']>({
        ping: reaction,
        close: reaction,
        text: reaction,
        binary: reaction,
        fragments: reaction,
        emptyText: reaction,
      }),
      slowestInit: optional(milliseconds),
      message: optional(
        object<MessageReactions>({
          text: reaction,
          binary: reaction,
          answersEach: optional(constant(true)),
          fragments: optional(reaction),
          padded: optional(reaction),
          extended: optional(reaction),
        }),
      ),
      secondPing: optional(reaction),
      leavesTcpOpen: optional(constant(true)),
      isTunnel: optional(constant(true)),
      answerTime: optional(milliseconds),
      rateLimit: optional(string()),
    }),
  ),
);

const target = define(
  'target',
  object<RecordedTarget>({
    role,
    name: string(),
    version: optional(string()),
    url: optional(string()),
    command: optional(strings),
    capabilities: described(
      'One flag per need, and what a report shows beside them.',
      openObject<{ readonly echo: boolean }, boolean | string>({ echo: boolean }, booleanOrString),
    ),
    behaviour: optional(behaviour),
  }),
);

const unmatchedLine = object<KnownFailing['unmatched'][number]>({
  line: integer(1),
  pattern: string(),
});

const options = define(
  'options',
  object<RecordedOptions>({
    only: strings,
    skip: strings,
    limits: boolean,
    failOn: oneOf('must', 'should'),
    concurrency: integer(1),
    timeout: number({ exclusiveMinimum: 0 }),
    insecure: boolean,
    headers: described('Names only: values may be secret.', strings),
    inits: optional(described('How many first messages were sent before each case.', integer(1))),
    hasMessage: optional(
      described('The user gave a message that the application answers.', constant(true)),
    ),
    seed: string(),
    knownFailing: optional(
      object<KnownFailing>({
        file: string(),
        patterns: atMost(10_000, list(string(undefined, 1000))),
        unmatched: described('Lines that no case of the catalogue matches.', list(unmatchedLine)),
      }),
    ),
  }),
);

const end = define(
  'end',
  variants<RunEnd, 'state'>('state', {
    complete: {},
    interrupted: {},
    'target lost': { reason: string() },
  }),
);

const loss = object<RecordedLoss>({
  reason: string(),
  cases: described('The cases that end the target with nothing else in play.', strings),
});

const run = define(
  'run',
  described(
    'All that one run of the catalogue saw of one target.',
    object<Run>({
      target,
      framewright: described('The version that ran.', string()),
      catalogue: object<Run['catalogue']>({
        version: string(),
        volume: oneOf('default', 'full'),
      }),
      startedAt: described('UTC, ISO 8601.', string(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/)),
      duration: milliseconds,
      platform: string(),
      options,
      end,
      losses: optional(
        described(
          'Each time that the target was lost, and came back or was started again.',
          list(loss),
        ),
      ),
      planned: described('How many cases were chosen.', integer(0)),
      filtered: optional(
        described('Whether a report has left out some of the results.', constant(true)),
      ),
      results: list(result),
    }),
  ),
);

const results = object<Results>({
  format: constant('framewright results'),
  version: constant(2),
  runs: list(run),
});

export const resultsSchema: object = {
  $schema: 'https://json-schema.org/draft/2020-12/schema',
  title: 'Framewright results',
  description: 'What Framewright saw of one or more targets. Times are in milliseconds.',
  ...results.json,
  $defs: definitions,
};

export const schemaFile = fileURLToPath(
  new URL('../conformance/results/results.schema.json', import.meta.url),
);

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  writeFileSync(schemaFile, JSON.stringify(resultsSchema));
  execFileSync('npx', ['biome', 'format', '--write', schemaFile]);
}
