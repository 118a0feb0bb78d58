/** The rules of import, checked over every file: the layout is the argument of this project. */
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { describe, expect, it } from 'vitest';

const ROOT = join(import.meta.dirname, '..');

interface Import {
  file: string;
  /** Path in the project, or the name of a package. */
  target: string;
  inProject: boolean;
}

function* files(folder: string): Generator<string> {
  for (const entry of readdirSync(join(ROOT, folder), { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) yield* files(path);
    else if (
      /\.ts$/.test(entry.name) &&
      !/\.(test|fixture)\.ts$/.test(entry.name) &&
      !path.includes('fixtures')
    )
      yield path;
  }
}

function importsOf(file: string): Import[] {
  const text = readFileSync(join(ROOT, file), 'utf8');
  const pattern =
    /^\s*(?:import|export)\s[^;]*?from\s+'([^']+)'|import\(\s*'([^']+)'\s*\)|^import\s+'([^']+)'/gm;
  return [...text.matchAll(pattern)].map((match) => {
    const name = match[1] ?? match[2] ?? match[3] ?? '';
    const inProject = name.startsWith('.');
    const target = inProject ? relative(ROOT, join(ROOT, dirname(file), name)) : packageName(name);
    return { file, target, inProject };
  });
}

function packageName(name: string): string {
  if (name.startsWith('node:')) return 'node:';
  return name
    .split('/')
    .slice(0, name.startsWith('@') ? 2 : 1)
    .join('/');
}

/** The room of a file: `src/agent`, `inngest`, or the file itself where it stands in src/. */
function roomOf(path: string): string {
  const [top = '', second = ''] = path.split('/');
  return top === 'src' ? `src/${second}` : top;
}

const imports = ['src', 'inngest'].flatMap((folder) => [...files(folder)].flatMap(importsOf));
const COMPOSERS = new Set(
  ['main', 'cli', 'ask', 'compose', 'config', 'slack-config'].map((name) => `src/${name}.ts`),
);

/** Rooms that an edge may import beside agent/ and itself. */
const ALLOWED: Record<string, string[]> = {
  'src/agent': [],
  'src/processes': ['src/agent'],
  'src/sandbox': ['src/agent', 'src/processes'],
  'src/duckdb': ['src/agent', 'src/processes'],
  'src/charts': ['src/agent', 'src/processes'],
  'src/tools': ['src/agent', 'src/charts', 'src/duckdb', 'src/market-data', 'src/processes'],
  inngest: ['src/agent'],
};

/** Packages and the rooms that are their home. */
const HOMES: [RegExp, string[]][] = [
  [/^@slack\//, ['src/slack']],
  [/^@anthropic-ai\/sdk$/, ['src/models']],
  [/^openai$/, ['src/models']],
  [/^@modelcontextprotocol\/sdk$/, ['src/tools', 'src/market-data']],
  [/^@duckdb\/node-api$/, ['src/duckdb', 'src/market-data']],
  [/^isolated-vm$/, ['src/sandbox']],
  [/^(vega|vega-lite|vega-interpreter|canvas|sharp)$/, ['src/charts']],
  [/^inngest$/, ['inngest', ...COMPOSERS]],
  [/^(unstorage|db0|pg|ioredis)$/, ['src/store']],
];

const show = ({ file, target }: Import) => `${file} imports ${target}`;

describe('the rules of import', () => {
  it('finds the imports it checks', () => {
    expect(imports.length).toBeGreaterThan(100);
  });

  it('agent/ imports Zod and itself, nothing else', () => {
    const wrong = imports.filter(
      ({ file, target, inProject }) =>
        file.startsWith('src/agent/') && !(inProject ? target.startsWith('src/agent/') : target === 'zod'),
    );
    expect(wrong.map(show)).toEqual([]);
  });

  it('an edge imports agent/, itself, and the rooms named for it', () => {
    const wrong = imports.filter(({ file, target, inProject }) => {
      if (!inProject || COMPOSERS.has(file) || roomOf(file) === roomOf(target)) return false;
      return !(ALLOWED[roomOf(file)] ?? ['src/agent']).includes(roomOf(target));
    });
    expect(wrong.map(show)).toEqual([]);
  });

  it('each SDK has one home', () => {
    const wrong = imports.filter(({ file, target, inProject }) => {
      const homes = inProject ? undefined : HOMES.find(([name]) => name.test(target))?.[1];
      return homes !== undefined && !homes.includes(roomOf(file));
    });
    expect(wrong.map(show)).toEqual([]);
  });

  it('nobody imports an entry point', () => {
    const wrong = imports.filter(({ target }) => ['src/main.ts', 'src/cli.ts'].includes(target));
    expect(wrong.map(show)).toEqual([]);
  });

  it('a chart type and the blocks of Slack stay pure', () => {
    const pure = (file: string) => /^src\/(charts\/types|slack\/blocks)\//.test(file);
    const wrong = imports.filter(
      ({ file, target, inProject }) =>
        pure(file) && !inProject && !['@slack/types', 'vega-lite', 'zod'].includes(target),
    );
    expect(wrong.map(show)).toEqual([]);
  });

  it('only config.ts reads the environment', () => {
    const readers = ['src', 'inngest'].flatMap((folder) =>
      [...files(folder)].filter((file) => readFileSync(join(ROOT, file), 'utf8').includes('process.env')),
    );
    expect(readers).toEqual(['src/config.ts']);
  });
});
