import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { escapeMrkdwn, fitEscaped, preformatted } from './blocks/text.ts';
import { mentions, mentionsOthers, questionText } from './slack-text.ts';

describe('what a person wrote', () => {
  it.each([
    ['<@UBOT> compare A &amp; B', 'compare A & B'],
    ['compare <@UBOT|analyst> A and B', 'compare A and B'],
    ['what does <@U1|ana> in <#C1|general> mean', 'what does @ana in #general mean'],
    ['see <https://a.test/x|the page> and <https://b.test>', 'see the page and https://b.test'],
    ['P/E &lt; 20 &amp;lt; x', 'P/E < 20 &lt; x'],
    ['<!here> <!subteam^S1|@team> <!date^1^{date}|today>', 'here @team today'],
    ['<@UBOT>', ''],
    ['one\n<@UBOT> two', 'one\ntwo'],
  ])('%j reads as %j', (text, read) => {
    expect(questionText(text, 'UBOT')).toBe(read);
  });

  it('tells our mention from those of others', () => {
    expect(mentions('hi <@UBOT>', 'UBOT')).toBe(true);
    expect(mentions('hi <@UBOTTOM>', 'UBOT')).toBe(false);
    expect(mentionsOthers('hi <@UBOT> in <#C1>', 'UBOT')).toBe(false);
    expect(mentionsOthers('hi <@U2>', 'UBOT')).toBe(true);
    expect(mentionsOthers('<!channel> look', 'UBOT')).toBe(true);
  });
});

describe('escaping', () => {
  it('leaves no control character, and what Slack shows is what was written', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (text) => {
        const escaped = escapeMrkdwn(text);
        expect(escaped).not.toMatch(/[<>]|&(?!amp;|lt;|gt;)/);
        expect(questionText(escaped, undefined).replaceAll('\u200B', '')).toBe(
          questionText(
            text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;'),
            undefined,
          ).replaceAll('\u200B', ''),
        );
      }),
    );
  });

  it('fits a length without cutting an entity or a pair of surrogates', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: fc.constantFrom('<', '&', 'x', '😀'), maxLength: 300 }),
        fc.integer({ min: 5, max: 200 }),
        (text, length) => {
          const fitted = fitEscaped(text, length);
          expect(fitted.length).toBeLessThanOrEqual(length);
          expect(fitted).not.toMatch(/&(?!amp;|lt;)/);
          expect(fitted.isWellFormed()).toBe(true);
        },
      ),
    );
  });

  it('keeps a fence inside a fixed-width block from ending it', () => {
    expect(preformatted('a ``` <!here> ```', 100).text).toBe("```a ''' &lt;!here&gt; '''```");
  });
});
