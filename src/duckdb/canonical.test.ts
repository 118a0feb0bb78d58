import { expect, test } from 'vitest';
import { canonicalSql } from './canonical.ts';

const same = (a: string, b: string) => canonicalSql(a) === canonicalSql(b);

test.each([
  ['white space', 'SELECT  a,b\n FROM\tt', 'SELECT a , b FROM t'],
  ['the case of keywords', 'select a from t where a is not null', 'SELECT a FROM t WHERE a IS NOT NULL'],
  ['line comments', 'SELECT a -- it\n FROM t', 'SELECT a FROM t'],
  ['block comments, nested too', 'SELECT /* a /* b */ c */ a FROM t', 'SELECT a FROM t'],
  ['a final semicolon', 'SELECT a FROM t ;', 'SELECT a FROM t'],
  ['blanks around operators', 'SELECT a>=1 AND b::INT=2', 'SELECT a >= 1 AND b :: INT = 2'],
])('forgets %s', (_what, a, b) => {
  expect(same(a, b)).toBe(true);
});

test.each([
  ['names, whose case shows in the result', 'SELECT a AS Close', 'SELECT a AS close'],
  ['a keyword as a column name', 'SELECT 1 AS Select', 'SELECT 1 AS select'],
  ['text', "SELECT 'A  b'", "SELECT 'a b'"],
  ['quoted names', 'SELECT "A b"', 'SELECT "a b"'],
  ['comment signs in text', "SELECT '--x'", "SELECT '--y'"],
  ['comment signs in dollar quotes', 'SELECT $$/*a*/$$', 'SELECT $$/*b*/$$'],
  ['tagged dollar quotes', 'SELECT $x$ $$ FROM $x$', 'SELECT $x$ $$ from $x$'],
  ['quotes in escaped text', String.raw`SELECT E'\' FROM ', 1`, String.raw`SELECT E'\' from ', 1`],
  ['doubled quotes', "SELECT 'it''s FROM'", "SELECT 'it''s from'"],
  ['an operator and a comment', 'SELECT 1 - -1', 'SELECT 1 --1'],
  ['two strings on one line and on two', "SELECT 'a' 'b'", "SELECT 'a'\n'b'"],
  ['numbers', 'SELECT 1.5', 'SELECT 1 .5'],
  ['operators', 'SELECT a->b', 'SELECT a - > b'],
  ['what follows an unclosed comment', 'SELECT 1 /* a', 'SELECT 2 /* a'],
])('tells apart %s', (_what, a, b) => {
  expect(same(a, b)).toBe(false);
});
