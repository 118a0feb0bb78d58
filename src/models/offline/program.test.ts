import { stripTypeScriptTypes } from 'node:module';
import { Script } from 'node:vm';
import { expect, it } from 'vitest';
import { VIEWS } from './plan.ts';
import { writeProgram } from './program.ts';

const pairs = VIEWS.flatMap((a) => VIEWS.filter((b) => b !== a).map((b) => [a, b] as const));

it.each(pairs)('%s and %s go into one program', (a, b) => {
  for (const symbols of [['AAPL'], ['AAPL', 'MSFT', 'NVDA']]) {
    const source = writeProgram({ symbols, period: { span: '1y' }, views: [a, b] }, [], '2022-12-29');
    // Compiling finds a name that two views would both declare.
    expect(() => new Script(stripTypeScriptTypes(`async function program() {${source}\n}`))).not.toThrow();
  }
});
