/**
 * The companies that the planner knows, and how people call them. Anything that looks like a company and is
 * not here is reported as unknown rather than passed over.
 */

const NAMES: Record<string, string[]> = {
  AAPL: ['apple'],
  ADBE: ['adobe'],
  AMZN: ['amazon'],
  CRM: ['salesforce'],
  CSCO: ['cisco'],
  GOOGL: ['google', 'alphabet', 'goog'],
  IBM: ['international business machines'],
  INTC: ['intel'],
  META: ['meta platforms', 'facebook', 'fb'],
  MSFT: ['microsoft'],
  NFLX: ['netflix'],
  NVDA: ['nvidia'],
  ORCL: ['oracle'],
  TSLA: ['tesla'],
};

export const KNOWN = Object.keys(NAMES);

const GROUPS: [RegExp, string[]][] = [
  [/\bfaangs?\b/, ['META', 'AAPL', 'AMZN', 'NFLX', 'GOOGL']],
  [/\b(?:mamaa|gafam)\b/, ['META', 'AAPL', 'MSFT', 'AMZN', 'GOOGL']],
  [/\b(?:magnificent (?:seven|7)|mag ?7)\b/, ['AAPL', 'MSFT', 'GOOGL', 'AMZN', 'NVDA', 'META', 'TSLA']],
  [/\b(?:chip ?makers?|chips|semiconductors?)\b/, ['INTC', 'NVDA']],
  [
    /\b(?:big[- ]?tech|tech (?:stocks|companies|giants|names)|everything|everyone|all(?: of them| the| known| your)?(?: tickers| stocks| companies| symbols| shares| names)?(?= |$|[?.,!])(?!-| time))\b/,
    KNOWN,
  ],
];

/** Companies, indices and goods that people ask for and that are not here, in lower case as they type them. */
const ELSEWHERE =
  /\b(?:amd|s&p(?: ?500)?|nasdaq|dow jones|bitcoin|ethereum|gold|walmart|disney|boeing|samsung|uber|paypal|spotify|airbnb|coca[- ]cola|pepsi|nike|starbucks|berkshire|jpmorgan|goldman|mastercard|alibaba|tsmc|qualcomm|broadcom|palantir|snowflake|shopify|twitter|siemens|volkswagen|toyota|gamestop)\b/gi;

/** Capitals that are no ticker. */
const NOT_TICKERS = new Set(
  'A I MA SMA EMA YTD CEO CFO USD EUR CSV PNG SQL AND VS OR THE FOR OF IN ON TO BY ME MY IT IS ETF AI US UK EU Q1 Q2 Q3 Q4 H1 H2 FAANG FAANGS MAMAA GAFAM OK PLEASE HI MAX ROI PE EPS FB'.split(
    ' ',
  ),
);

const BEFORE_A_NAME = /(?:^|[\s(])(?:and|or|vs\.?|versus|with|against|add|compare|than|&|,)\s+$/i;
const PLAIN_CAPITALS =
  /^(?:January|February|March|April|May|June|July|August|September|October|November|December|The|All|Big|Tech|Rank|Show|Index|Indexed|Which|What|How|Over|Last|Past|Since|Volatility|Correlation|Chart|Plot|Please|Its|Their|Them|Best|Worst|Magnificent|Seven|Highest|Lowest|Average|Returns?|Drawdowns?)$/;

export interface Mentions {
  /** Known tickers in the order of the text, each once. */
  symbols: string[];
  /** What looks like a company and is not known, as it was written. */
  unknown: string[];
}

export function findTickers(text: string): Mentions {
  const lower = text.toLowerCase();
  const found: { at: number; symbols: string[] }[] = [];
  for (const [symbol, names] of Object.entries(NAMES)) {
    const pattern = new RegExp(`(?<![\\w.])\\$?(?:${[symbol.toLowerCase(), ...names].join('|')})(?!\\w)`);
    const match = pattern.exec(lower);
    if (match) found.push({ at: match.index, symbols: [symbol] });
  }
  for (const [pattern, symbols] of GROUPS) {
    const match = pattern.exec(lower);
    if (match) found.push({ at: match.index, symbols });
  }
  found.sort((a, b) => a.at - b.at);
  return { symbols: [...new Set(found.flatMap((mention) => mention.symbols))], unknown: unknownNames(text) };
}

function unknownNames(text: string): string[] {
  const shouting = !/[a-z]{3}/.test(text);
  const names: string[] = [];
  for (const match of text.matchAll(/\$[A-Za-z]{1,5}\b|\b[A-Z]{2,5}\b/g)) {
    const name = match[0].replace('$', '');
    const marked = match[0].startsWith('$');
    if (marked || (!shouting && !NOT_TICKERS.has(name))) names.push(name.toUpperCase());
  }
  for (const match of text.matchAll(/\b[A-Z][a-z]{2,}\b/g)) {
    if (BEFORE_A_NAME.test(text.slice(0, match.index)) && !PLAIN_CAPITALS.test(match[0])) {
      names.push(match[0]);
    }
  }
  for (const match of text.matchAll(ELSEWHERE)) names.push(match[0]);
  const seen = new Set<string>();
  return names.filter((name) => {
    const key = name.toLowerCase();
    if (seen.has(key) || isKnown(key)) return false;
    seen.add(key);
    return true;
  });
}

function isKnown(lower: string): boolean {
  return Object.entries(NAMES).some(
    ([symbol, names]) =>
      symbol.toLowerCase() === lower || names.some((name) => name.split(' ').includes(lower)),
  );
}
