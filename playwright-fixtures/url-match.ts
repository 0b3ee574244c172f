/** Matches the URL of a connection as Playwright matches those of requests. */

/** An exact URL, a glob (`**` any characters, `*` any but `/`, `?` one), a RegExp or a function. */
export type UrlMatch<Subject> = string | RegExp | ((connection: Subject) => boolean);

/**
 * @param url of the connection
 * @param subject what a function gets
 */
export function matchesUrl<Subject>(
  wanted: UrlMatch<Subject> | undefined,
  url: string,
  subject: Subject,
): boolean {
  if (wanted === undefined) return true;
  if (typeof wanted === 'function') return wanted(subject);
  if (wanted instanceof RegExp)
    return new RegExp(wanted.source, wanted.flags.replace(/[gy]/g, '')).test(url);
  return wanted === url || normal(wanted) === url || globToRegExp(wanted).test(url);
}

/** What is wanted, in words for an error. */
export function describeMatch<Subject>(wanted: UrlMatch<Subject> | undefined): string {
  if (wanted === undefined) return 'any URL';
  return typeof wanted === 'function' ? 'a function' : String(wanted);
}

/** In normal form: `ws://host:80` is `ws://host/`. A glob is none. */
function normal(url: string): string | undefined {
  return URL.canParse(url) ? new URL(url).href : undefined;
}

function globToRegExp(glob: string): RegExp {
  const pattern = glob.replace(/\*\*|[*?]|[^\w*?]/g, (part) => {
    if (part === '**') return '.*';
    if (part === '*') return '[^/]*';
    return part === '?' ? '.' : `\\${part}`;
  });
  return new RegExp(`^${pattern}$`, 's');
}
