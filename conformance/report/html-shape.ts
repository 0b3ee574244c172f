/**
 * The data of the HTML report, written by `html-data.ts` and read by the scripts of `page/report/`.
 * Types only, without imports: the page is compiled without Node's types.
 */

export interface Overview {
  readonly targets: readonly ReportTarget[];
  readonly sections: readonly ReportSection[];
  /** By section, and within one in the order of the catalogue. */
  readonly cases: readonly ReportCase[];
}

export type ReportVerdict = 'pass' | 'fail' | 'warn' | 'info' | 'skip' | 'error';
type ReportLevel = 'must' | 'should' | 'may';
type ReportTotals = Readonly<Record<ReportVerdict | 'total', number>>;

export interface ReportTarget {
  /** Its name in an address: `faye-websocket`. Unique in a report. */
  readonly key: string;
  readonly name: string;
  readonly version: string;
  /** Other facts about it and its run, as name and text. */
  readonly facts: readonly (readonly [name: string, words: string])[];
  readonly totals: ReportTotals;
  readonly byLevel: Readonly<Record<ReportLevel, ReportTotals>>;
  /** Why the run is incomplete. */
  readonly shortfall: string | undefined;
  /** Failures before warnings, and causes of many cases before those of few. */
  readonly causes: readonly ReportCause[];
}

/** A broken rule as it was seen in one or more cases: one thing to repair. */
export interface ReportCause {
  readonly rule: string;
  readonly level: ReportLevel;
  /** `RFC 6455 §5.5.1`. */
  readonly reference: string;
  readonly link: string | undefined;
  readonly seen: string;
  /** Ids of cases. */
  readonly cases: readonly string[];
}

interface ReportSection {
  readonly document: string;
  readonly section: string;
  readonly title: string;
  readonly link: string | undefined;
}

export interface ReportCase {
  readonly id: string;
  readonly title: string;
  readonly level: ReportLevel;
  /** Index in `sections`. */
  readonly section: number;
  readonly requirement: string;
  readonly tags: readonly string[];
  readonly autobahn: readonly string[];
  /** The rules broken in cases that did not pass, for the search. */
  readonly rules: readonly string[];
  /**
   * One letter per target: the verdict's first, or `-` if the case was not run. A capital if a
   * known-failing list contains the case, which fails as listed or passes although listed.
   */
  readonly cells: string;
}

/** One case, run against one target. */
export interface Detail {
  readonly rule: string;
  readonly expected: string;
  readonly observed: string;
  /** The section that contains the rule, and its link. */
  readonly reference: string;
  readonly link: string | undefined;
  /** Of the broken rule, or of the case. */
  readonly level: ReportLevel;
  readonly requirement: string;
  /** In milliseconds. */
  readonly duration: number;
  readonly replay: string | undefined;
  /** In the order in which they were held; those of attempts with another verdict come last. */
  readonly conversations: readonly ReportConversation[];
}

export interface ReportConversation {
  /** `main`, `before 1`, `round 1`; of an attempt that did not decide `attempt 1, fail: main`. */
  readonly title: string;
  /** Whether it shows why the verdict is what it is; the others are closed at first. */
  readonly isShown: boolean;
  /** The bytes of one side that decided, and the rule that they broke. */
  readonly at: ReportMark | undefined;
  readonly rule: string;
  readonly blocks: readonly ReportBlock[] | undefined;
  /** Bytes that were not kept at the end of each stream. */
  readonly leftOut: { readonly client: number; readonly server: number } | undefined;
  /** Why the stored conversation cannot be shown. */
  readonly unreadable: string | undefined;
}

export interface ReportMark {
  readonly from: 'client' | 'server';
  readonly offset: number;
  readonly length: number;
}

/** Like `Block` of `dissect.ts`; a `gap` stands for blocks that are not shown. */
export interface ReportBlock {
  readonly kind: 'head' | 'frame' | 'bytes' | 'event' | 'gap';
  readonly from: 'client' | 'server' | undefined;
  readonly at: number;
  readonly offset: number;
  readonly length: number;
  readonly title: string;
  readonly fields: readonly ReportField[];
  readonly remarks: readonly string[];
}

/**
 * Like `Field` of `dissect-frame.ts`, repeated because the page is compiled without Node's types; for
 * a line of a head, `meaning` is the line itself.
 */
export interface ReportField {
  readonly name: string;
  readonly offset: number;
  readonly length: number;
  readonly hex: string;
  readonly bits?: string;
  readonly unmasked?: string;
  readonly meaning: string;
  readonly section: string;
}
