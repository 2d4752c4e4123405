import { Readable } from 'node:stream';
import { parse } from 'csv-parse';

/** What one kind of weather was like. */
export interface WeatherSummary {
  readonly weather: string;
  days: number;
  /** Degrees Celsius. */
  meanHigh: number;
  /** Millimetres in a day. */
  mostRain: number;
}

/** Reads the weather of Seattle from a CSV file that comes in chunks; the whole file is never in memory. */
export async function summariseWeather(chunks: AsyncIterable<Uint8Array>): Promise<{ kinds: WeatherSummary[]; chunks: number }> {
  let count = 0;
  const counted = async function* () {
    for await (const chunk of chunks) {
      count++;
      yield chunk;
    }
  };
  const kinds = new Map<string, WeatherSummary>();
  for await (const row of Readable.from(counted(), { objectMode: false }).pipe(parse({ columns: true })) as AsyncIterable<
    Record<string, string>
  >) {
    const weather = row['weather'] ?? '';
    const kind = kinds.get(weather) ?? { weather, days: 0, meanHigh: 0, mostRain: 0 };
    kind.days++;
    kind.meanHigh += (Number(row['temp_max']) - kind.meanHigh) / kind.days;
    kind.mostRain = Math.max(kind.mostRain, Number(row['precipitation']));
    kinds.set(weather, kind);
  }
  return { kinds: [...kinds.values()].sort((a, b) => b.days - a.days), chunks: count };
}
