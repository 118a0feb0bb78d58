/** The files of an answer: its pictures, and what no message shows. */
import type { Store } from '../agent/ports.ts';
import type { Block, Chart, Report } from '../agent/report.ts';
import { csvFiles } from './blocks/csv.ts';
import { BLOCK_LIMITS } from './blocks/limits.ts';
import type { Pictures } from './blocks/pieces.ts';
import { fit } from './blocks/text.ts';
import type { DeliverySteps } from './delivery-steps.ts';
import type { Place } from './posting.ts';
import { completePicture, sendBytes, shareFiles, type Upload, waitUntilReady } from './upload.ts';

/** Null for a chart that has no picture (any more). */
export async function pictureOf(chart: Chart, store: Store): Promise<Upload | null> {
  const bytes = chart.image ? await store.getBytes(chart.image.key) : null;
  if (!bytes) return null;
  return {
    filename: 'chart.png',
    title: fit(chart.title, BLOCK_LIMITS.headerText) || 'Chart',
    bytes,
    alt: fit(chart.alt, BLOCK_LIMITS.altText / 2),
  };
}

/** Uploads every picture; one that Slack does not take is missing from the result. */
export async function uploadPictures(report: Report, steps: DeliverySteps, store: Store): Promise<Pictures> {
  const ids = await Promise.all(
    report.blocks.map(async (block, i) => {
      if (block.kind !== 'chart' || !block.image) return null;
      const step = `slack:picture:${i}`;
      const name = `slack · picture ${i + 1}`;
      const id = await steps.may(step, name, async (client) => {
        const upload = await pictureOf(block, store);
        if (!upload) return null;
        const file = await sendBytes(client, upload);
        await completePicture(client, file, upload.title);
        return file;
      });
      if (!id) return null;
      const ready = await steps.may(`${step}:ready`, `${name} ready`, async (client) => {
        await waitUntilReady(client, id);
        return true;
      });
      return ready ? ([i, id] as const) : null;
    }),
  );
  return new Map(ids.filter((pair) => pair !== null));
}

/** Tables as CSV and charts as PNG, together in one message of the thread. */
export async function sendFiles(
  blocks: Block[],
  steps: DeliverySteps,
  store: Store,
  place: Place,
): Promise<void> {
  const charts = blocks.filter((block) => block.kind === 'chart' && block.image);
  const uploads: (() => Promise<Upload | null>)[] = [
    ...(charts as Chart[]).map((chart) => () => pictureOf(chart, store)),
    ...csvFiles({ blocks: blocks.filter((block) => block.kind !== 'chart') }).map((file) => async () => ({
      filename: file.filename,
      title: file.title,
      bytes: new TextEncoder().encode(file.content),
    })),
  ];
  const files = await Promise.all(
    uploads.map((make, i) =>
      steps.may(`slack:file:${i}`, `slack · file ${i + 1}`, async (client) => {
        const upload = await make();
        return upload ? { id: await sendBytes(client, upload), title: upload.title } : null;
      }),
    ),
  );
  const sent = files.filter((file) => file !== null);
  if (sent.length === 0) return;
  await steps.may('slack:files', 'slack · share the files', async (client) => {
    await shareFiles(client, sent, place);
    return true;
  });
}
