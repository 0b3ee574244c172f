/**
 * Creates and finds elements, forms and sentences. Text from the network is inserted as text, never
 * as markup.
 */

export function element<Name extends keyof HTMLElementTagNameMap>(
  name: Name,
  properties: Partial<Omit<HTMLElementTagNameMap[Name], 'dataset'>> = {},
  dataset: Record<string, string> = {},
  ...children: (Node | string)[]
): HTMLElementTagNameMap[Name] {
  const made = Object.assign(document.createElement(name), properties);
  Object.assign(made.dataset, dataset);
  made.append(...children);
  return made;
}

/** @throws {Error} when the page has no such element: the page and its script do not match */
export function byId<Kind extends Element>(id: string, kind: new () => Kind): Kind {
  const found = document.getElementById(id);
  if (!(found instanceof kind)) throw new Error(`The page has no ${kind.name} #${id}.`);
  return found;
}

/** @param id of a form */
export function onSubmit(id: string, act: () => void) {
  byId(id, HTMLFormElement).addEventListener('submit', (event) => {
    event.preventDefault();
    act();
  });
}

/** An exception as a sentence for the user. */
export function sentenceOf(error: unknown) {
  return error instanceof Error ? error.message : String(error);
}
