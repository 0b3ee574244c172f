/**
 * The states of a connection as a diagram, drawn from the transition table of the server's own code,
 * with a mark for each end at its current state.
 */
import type { Side } from '../../inspector/session-events.ts';

/** state → event → next state */
export type Transitions = Record<string, Record<string, string>>;

export type Point = { x: number; y: number };

const svgNamespace = 'http://www.w3.org/2000/svg';
const width = 1000;
const height = 330;
/** Space left and right of the outermost states, for the marks below them. */
const margin = 16;
const node = { width: 122, height: 44 };

/** The states in words: `closeSent` is a name in code. */
export function words(name: string) {
  return name.replace(/([A-Z])/g, (letter) => ` ${letter.toLowerCase()}`);
}

export class StateDiagram {
  #transitions;
  #marks;
  #sentences;

  constructor(figure: HTMLElement, transitions: Transitions) {
    this.#transitions = transitions;
    const places = placesOf(transitions);
    const svg = make('svg', {
      viewBox: `0 0 ${width} ${height}`,
      class: 'states',
      'aria-hidden': 'true',
    });
    svg.append(arrowHead());
    for (const [from, moves] of Object.entries(transitions)) {
      for (const [to, events] of groupByTarget(moves))
        svg.append(drawEdge(places, from, to, events));
    }
    for (const [state, place] of places) svg.append(drawNode(state, place));
    this.#marks = { client: drawMark('client'), server: drawMark('server') };
    svg.append(this.#marks.client, this.#marks.server);
    this.#sentences = document.createElement('p');
    this.#sentences.className = 'states-in-words';
    this.#sentences.role = 'status';
    this.#sentences.dataset.testid = 'states';
    figure.replaceChildren(svg, this.#sentences);
    this.#figure = figure;
    this.#places = places;
    this.#svg = svg;
    this.show({ client: this.first, server: this.first });
  }

  #figure;
  #places;
  #svg;

  /** The state in which every connection starts. */
  get first() {
    return Object.keys(this.#transitions)[0] ?? '';
  }

  show(states: Record<Side, string>) {
    for (const side of ['client', 'server'] as const) {
      const place = this.#places.get(states[side]);
      if (!place) continue;
      const aside = side === 'client' ? -36 : 36;
      const below = place.y + node.height / 2 + 2;
      this.#marks[side].style.transform = `translate(${place.x + aside}px, ${below}px)`;
    }
    const { clientWidth, scrollWidth } = this.#figure;
    const at = (this.#places.get(states.client)?.x ?? 0) / width;
    this.#figure.scrollTo({ left: at * scrollWidth - clientWidth / 2 });
    for (const drawn of this.#svg.querySelectorAll('.state-node')) {
      const here = Object.values(states).includes(drawn.getAttribute('data-state') ?? '');
      drawn.classList.toggle('current', here);
    }
    this.#sentences.textContent = `Client: ${words(states.client)}. Server: ${words(states.server)}.`;
  }
}

/**
 * The state after an event; the same state if the table has no such row, as the wire may show what a
 * correct end would never do.
 */
export function follow(transitions: Transitions, state: string, event: string) {
  return transitions[state]?.[event] ?? state;
}

/** Columns by the longest path from the first state, rows within a column. */
function placesOf(transitions: Transitions): Map<string, Point> {
  const depth: Map<string, number> = new Map();
  const [first = ''] = Object.keys(transitions);
  visit(first, 0);
  const columns = Math.max(...depth.values()) + 1;
  const gap = (width - node.width - 2 * margin) / Math.max(1, columns - 1);
  return new Map(
    [...depth].map(([state, column]) => {
      const inColumn = [...depth].filter(([, other]) => other === column).map(([name]) => name);
      const row = inColumn.indexOf(state) - (inColumn.length - 1) / 2;
      const y = height / 2 + 22 + row * 165;
      return [state, { x: node.width / 2 + margin + column * gap, y }];
    }),
  );

  function visit(state: string, at: number) {
    if ((depth.get(state) ?? -1) >= at) return;
    depth.set(state, at);
    for (const next of Object.values(transitions[state] ?? {})) visit(next, at + 1);
  }
}

function groupByTarget(moves: Record<string, string>): Map<string, string[]> {
  const groups = new Map();
  for (const [event, to] of Object.entries(moves))
    groups.set(to, [...(groups.get(to) ?? []), event]);
  return groups;
}

function drawEdge(places: Map<string, Point>, from: string, to: string, events: string[]) {
  const start = places.get(from) ?? { x: 0, y: 0 };
  const end = places.get(to) ?? { x: 0, y: 0 };
  const group = make('g', { class: 'edge' });
  const path = end.x - start.x > width / 2 ? arch(start, end) : straight(start, end);
  group.append(make('path', { d: path.d, 'marker-end': 'url(#arrow)' }));
  events.forEach((event, i) => {
    const label = make('text', {
      x: path.label.x,
      y: path.label.y + i * 14 - (events.length - 1) * 14,
    });
    label.textContent = words(event);
    group.append(label);
  });
  return group;
}

/** Above the states between; the longer path above the shorter. */
function arch(start: Point, end: Point) {
  const top = 92 - (end.x - start.x) / 11;
  const from = start.y - node.height / 2;
  const d = `M${start.x} ${from} C${start.x} ${top}, ${start.x + 40} ${top}, ${start.x + 110} ${top} H${end.x - 110} C${end.x - 40} ${top}, ${end.x} ${top}, ${end.x} ${from - 6}`;
  return { d, label: { x: start.x + 130, y: top + 32 } };
}

function straight(start: Point, end: Point) {
  const from = { x: start.x + node.width / 2, y: start.y };
  const to = { x: end.x - node.width / 2 - 6, y: end.y };
  const middle = (from.x + to.x) / 2;
  const d = `M${from.x} ${from.y} C${middle} ${from.y}, ${middle} ${to.y}, ${to.x} ${to.y}`;
  return { d, label: { x: middle, y: (from.y + to.y) / 2 - 7 } };
}

function drawNode(state: string, { x, y }: Point) {
  const group = make('g', { class: 'state-node', 'data-state': state });
  group.append(
    make('rect', {
      x: x - node.width / 2,
      y: y - node.height / 2,
      width: node.width,
      height: node.height,
      rx: 8,
    }),
  );
  const label = make('text', { x, y: y + 5 });
  label.textContent = words(state);
  group.append(label);
  return group;
}

function drawMark(side: Side) {
  const group = make('g', { class: `mark ${side}` });
  group.append(make('rect', { x: -33, y: -1, width: 66, height: 20, rx: 10 }));
  const label = make('text', { x: 0, y: 13 });
  label.textContent = side;
  group.append(label);
  return group;
}

function arrowHead() {
  const marker = make('marker', {
    id: 'arrow',
    viewBox: '0 0 8 8',
    refX: 4,
    refY: 4,
    markerWidth: 7,
    markerHeight: 7,
    orient: 'auto',
  });
  marker.append(make('path', { d: 'M0 0 8 4 0 8z' }));
  return marker;
}

function make<Name extends keyof SVGElementTagNameMap>(
  name: Name,
  attributes: Record<string, string | number>,
): SVGElementTagNameMap[Name] {
  const made = document.createElementNS(svgNamespace, name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, String(value));
  return made;
}
