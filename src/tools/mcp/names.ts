/** Names of MCP tools as names of functions in a program. */

const RESERVED = new Set(
  (
    'abstract arguments as async await break case catch class const continue debugger declare default delete ' +
    'do else enum eval export extends false finally for from function get if implements import in instanceof ' +
    'interface let module namespace new null of package private protected public return set static super ' +
    'switch this throw true try type typeof undefined var void while with yield'
  ).split(' '),
);
const NAME_CHARS = 64;

/**
 * A valid identifier that is neither a word of the language nor one of its globals; the same for the same
 * input. Two tools may still end up with one name: that is the caller's to refuse.
 */
export function functionName(prefix: string, tool: string): string {
  const name = `${prefix}${tool}`.replaceAll(/[^A-Za-z0-9_$]/g, '_').slice(0, NAME_CHARS);
  const taken = RESERVED.has(name) || name in globalThis;
  return name === '' || /^\d/.test(name) || taken ? `_${name}` : name;
}
