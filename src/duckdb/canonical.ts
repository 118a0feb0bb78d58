/**
 * SQL text without what does not matter: comments, white space, the case of keywords. Two texts with the same
 * canonical form mean the same and name their columns the same; the reverse need not hold (a miss costs a query,
 * a false hit a wrong answer). Names keep their case, because results show it.
 */
const TOKEN = new RegExp(
  [
    String.raw`(?<space>\s+|--[^\n]*)`,
    String.raw`(?<comment>/\*)`,
    String.raw`(?<text>[eE]'(?:[^'\\]|\\[\s\S]|'')*'|'(?:[^']|'')*'|"(?:[^"]|"")*"|\$(?<tag>[A-Za-z_]*)\$[\s\S]*?\$\k<tag>\$)`,
    String.raw`(?<number>(?:\d[\d_]*\.?[\d_]*|\.\d[\d_]*)(?:[eE][+-]?\d+)?)`,
    String.raw`(?<word>[\p{L}_][\p{L}\p{N}_$]*)`,
    String.raw`(?<mark>[()[\]{},;])`,
    String.raw`(?<operator>(?:(?!--|/\*)[^\s\p{L}\p{N}_()[\]{},;'"$.])+)`,
    String.raw`(?<other>[\s\S])`,
  ].join('|'),
  'uy',
);

/** Words that cannot be names without quotes, except after AS or a dot. */
const KEYWORDS = new Set(
  (
    'all and anti any array as asc asof between both by case cast collate cross desc describe distinct else end ' +
    'except exclude exists false filter following for from full group having in inner intersect into is join ' +
    'lateral leading left like limit natural not null offset on or order outer over partition pivot positional ' +
    'preceding qualify range recursive replace right rows select semi similar some summarize table then to ' +
    'trailing true unbounded union unique unpivot using values when where window with'
  ).split(' '),
);

export function canonicalSql(sql: string): string {
  const tokens: string[] = [];
  let line = false;
  for (let at = 0; at < sql.length; ) {
    TOKEN.lastIndex = at;
    const found = TOKEN.exec(sql);
    const text = found?.[0] ?? sql.slice(at, at + 1);
    const { space, comment, word } = found?.groups ?? {};
    at = comment === undefined ? at + text.length : commentEnd(sql, at);
    if (space !== undefined || comment !== undefined) {
      line ||= sql.slice(at - text.length, at).includes('\n');
      continue;
    }
    const previous = tokens.at(-1) ?? '';
    // Strings on two lines are one string; on one line they are not.
    if (line && text.startsWith("'") && previous.endsWith("'")) tokens.push('\n');
    line = false;
    const lower = word?.toLowerCase();
    const keyword = lower !== undefined && KEYWORDS.has(lower) && !/^(as|\.)$/i.test(previous);
    tokens.push(keyword ? lower : text);
  }
  while (tokens.at(-1) === ';') tokens.pop();
  return tokens.join(' ');
}

/** Comments nest. */
function commentEnd(sql: string, start: number): number {
  const edges = /\/\*|\*\//g;
  edges.lastIndex = start;
  let depth = 0;
  for (let edge = edges.exec(sql); edge; edge = edges.exec(sql)) {
    depth += edge[0] === '/*' ? 1 : -1;
    if (depth === 0) return edges.lastIndex;
  }
  return sql.length;
}
