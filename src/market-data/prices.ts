/** The bundled prices in memory (0.4 MB), and the answers of the tool over them. */
import { readFileSync } from 'node:fs';
import { AnalystError } from '../agent/errors.ts';
import { isoDay, type Price, type PriceRequest, parsePriceRequest, selectPrices } from './price-tool.ts';

/** Tickers that people still call by a former or a second name. */
const OTHER_NAMES: Record<string, string> = { GOOG: 'GOOGL', FB: 'META' };

export class Prices {
  /** Ticker -> daily prices, ascending. */
  readonly #series: Map<string, Price[]>;
  /** The last day of the data, epoch milliseconds at UTC midnight. */
  readonly lastDay: number;

  /** @param csv `date,TICKER,…` with one row per trading day */
  constructor(csv: string) {
    const [header = '', ...lines] = csv.trimEnd().split('\n');
    const tickers = header.split(',').slice(1);
    const series = tickers.map((): Price[] => []);
    let day = 0;
    for (const line of lines) {
      const [date, ...closes] = line.split(',');
      day = Date.parse(`${date}T00:00:00Z`);
      closes.forEach((close, i) => {
        if (close !== '') series[i]?.push([day, Number(close)]);
      });
    }
    this.lastDay = day;
    this.#series = new Map(tickers.map((ticker, i) => [ticker, series[i] ?? []]));
  }

  static bundled(): Prices {
    return new Prices(readFileSync(new URL('closes.csv', import.meta.url), 'utf8'));
  }

  get tickers(): string[] {
    return [...this.#series.keys()];
  }

  /** @throws AnalystError bad_input, not_found (unknown ticker), no_data (no trading day in the range) */
  answer(args: Record<string, unknown>): Price[] {
    const request = parsePriceRequest(args, this.lastDay);
    const daily = this.#series.get(request.symbol) ?? this.#unknown(request.symbol);
    const prices = selectPrices(daily, request);
    if (prices.length === 0) throw this.#nothing(request, daily);
    return prices;
  }

  #unknown(symbol: string): never {
    const other = OTHER_NAMES[symbol];
    throw new AnalystError('not_found', `There are no prices of ${JSON.stringify(symbol.slice(0, 20))}.`, {
      hint: `${other === undefined ? '' : `Did you mean ${other}? `}Known tickers: ${this.tickers.join(', ')}.`,
    });
  }

  #nothing(request: PriceRequest, daily: Price[]): AnalystError {
    const first = isoDay(daily[0]?.[0] ?? this.lastDay);
    const range = `${Number.isFinite(request.from) ? isoDay(request.from) : first} to ${isoDay(request.to)}`;
    return new AnalystError('no_data', `${request.symbol} has no trading day from ${range}.`, {
      hint: `Its prices run from ${first} to ${isoDay(this.lastDay)}.`,
    });
  }
}
