/** Returns a date as `YYYY-MM-DDTHH:mm:ss.sssZ`, the format of XML documents. */
export function toIsoDate(date: Date): string {
  return date.toISOString();
}

const isoBasic = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/;

/** Parses `YYYYMMDDTHHMMSSZ`, the format of signatures. Returns undefined for anything else. */
export function parseIsoBasic(text: string): Date | undefined {
  const match = isoBasic.exec(text);
  if (match === null) return undefined;
  const [, year, month, day, hour, minute, second] = match;
  return validDate(new Date(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`));
}

/** Parses the date of a header such as `If-Modified-Since`. Returns undefined if it is malformed. */
export function parseHttpDate(text: string): Date | undefined {
  // `Date` accepts much more than a header may contain, such as "1".
  return /^(?:[A-Za-z]{3,9},? \d|\d{4}-\d\d-\d\dT)/.test(text) ? validDate(new Date(text)) : undefined;
}

function validDate(date: Date): Date | undefined {
  return Number.isNaN(date.getTime()) ? undefined : date;
}
