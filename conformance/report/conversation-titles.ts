/** What a report calls the conversations of a result, and which of them it shows first. */
import type { CaseConversation } from '../judge/judge-conversations.ts';
import { noLongerServed } from '../judge/rules.ts';

type Named = Pick<CaseConversation, 'name' | 'round'>;

/** `before 1`, `before 2`, `main`; of a case that is repeated `before, round 3` and `main, round 3`. */
export function conversationTitles(conversations: readonly Named[]): readonly string[] {
  return conversations.map(({ name, round }, index) => {
    const isSame = (other: Named) => other.name === name && other.round === round;
    const count = conversations.filter(isSame).length;
    const nth = conversations.slice(0, index + 1).filter(isSame).length;
    const words = name === 'round' ? `round ${round}` : count > 1 ? `${name} ${nth}` : name;
    return round !== undefined && name !== 'round' ? `${words}, round ${round}` : words;
  });
}

/** The index of the conversation that shows why the verdict is what it is; -1 if there is none. */
export function shownConversation(conversations: readonly Named[], rule: string): number {
  const aftermath = conversations.findIndex(({ name }) => name === 'aftermath');
  if (rule === noLongerServed.name && aftermath >= 0) return aftermath;
  return conversations.findIndex(({ name }) => name === 'main');
}
