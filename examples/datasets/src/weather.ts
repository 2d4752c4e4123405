import { Readable } from 'node:stream';
import { parse } from 'csv-parse';

/** Statistics of the days with one kind of weather. */
export interface WeatherSummary {
  readonly weather: string;
  days: number;
  /** The mean of the daily maximum temperatures, in degrees Celsius. */
  meanHigh: number;
  /** The maximum precipitation in a day, in millimetres. */
  maxRain: number;
}

/** Summarizes a CSV file by kind of weather while reading it, without holding the whole file in memory. */
export async function summarizeWeather(chunks: AsyncIterable<Uint8Array>): Promise<{ kinds: WeatherSummary[]; chunks: number }> {
  let chunkCount = 0;
  const counted = async function* () {
    for await (const chunk of chunks) {
      chunkCount++;
      yield chunk;
    }
  };
  const kinds = new Map<string, WeatherSummary>();
  const rows: AsyncIterable<Record<string, string>> = Readable.from(counted(), { objectMode: false }).pipe(parse({ columns: true }));
  for await (const row of rows) {
    const weather = row['weather'] ?? '';
    const kind = kinds.get(weather) ?? { weather, days: 0, meanHigh: 0, maxRain: 0 };
    kind.days++;
    kind.meanHigh += (Number(row['temp_max']) - kind.meanHigh) / kind.days;
    kind.maxRain = Math.max(kind.maxRain, Number(row['precipitation']));
    kinds.set(weather, kind);
  }
  return { kinds: [...kinds.values()].sort((a, b) => b.days - a.days), chunks: chunkCount };
}
