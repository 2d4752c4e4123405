const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];
const month = `(?<month>${months.join('|')})`;
const time = String.raw`(?<hour>\d\d):(?<minute>\d\d):(?<second>\d\d)`;

/** The three formats of RFC 9110, 5.6.7: IMF-fixdate, RFC 850, asctime. */
const formats = [
  new RegExp(String.raw`^(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun), (?<day>\d\d) ${month} (?<year>\d{4}) ${time} GMT$`),
  new RegExp(String.raw`^(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day, (?<day>\d\d)-${month}-(?<year>\d\d) ${time} GMT$`),
  new RegExp(String.raw`^(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun) ${month} (?<day>[ \d]\d) ${time} (?<year>\d{4})$`),
];

/** Parses an HTTP date. Returns undefined if it is malformed. */
export function parseHttpDate(text: string): Date | undefined {
  for (const format of formats) {
    const groups = format.exec(text)?.groups;
    if (groups !== undefined) return toDate(groups);
  }
  return undefined;
}

function toDate(groups: Readonly<Record<string, string | undefined>>): Date | undefined {
  const numberOf = (name: string): number => Number(groups[name]);
  const [day, hour, minute, second] = [numberOf('day'), numberOf('hour'), numberOf('minute'), numberOf('second')];
  const year = groups['year']?.length === 2 ? fullYear(numberOf('year')) : numberOf('year');
  const date = new Date(0);
  date.setUTCFullYear(year, months.indexOf(groups['month'] ?? ''), day);
  // A value that is out of range, such as 31 February, would move the date. A leap second is 60.
  const isValid = date.getUTCDate() === day && hour < 24 && minute < 60 && second <= 60;
  date.setUTCHours(hour, minute, second);
  return isValid ? date : undefined;
}

/** Returns the year of two digits that is at most 50 years in the future, as RFC 9110 requires. */
function fullYear(year: number): number {
  const now = new Date().getUTCFullYear();
  const candidate = now - (now % 100) + year;
  return candidate > now + 50 ? candidate - 100 : candidate;
}
