/** The functions as a model reads them, from the real registry and the bundled server. */
import { expect, it } from 'vitest';
import { declare } from './agent/declaration.ts';
import { scriptedModel, startAnalyst } from './compose.fixture.ts';

it('are declared from their schemas and doc texts', async () => {
  const analyst = await startAnalyst(scriptedModel());
  try {
    const { tools } = await analyst.app.toolBox.open();
    await expect(`${tools.map(declare).join('\n\n')}\n`).toMatchFileSnapshot('./fixtures/functions.txt');
  } finally {
    await analyst.close();
  }
});
