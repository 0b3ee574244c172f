/** Amounts in words, for titles. */

/** @returns `1 byte`, `126 bytes` */
export const inBytes = (count: number): string => (count === 1 ? '1 byte' : `${count} bytes`);

/** @param id such as `2-to-the-63-less-1`, `2-to-the-32-and-5` or `126` @returns `2^63 − 1` */
export const asPower = (id: string): string =>
  id.replace('2-to-the-', '2^').replace('-less-', ' − ').replace('-and-', ' + ');
