/** What goes into a thread because somebody pressed a button: the data as CSV, a private answer for everybody. */
import type { WebClient } from '@slack/web-api';
import type { Store } from '../agent/ports.ts';
import type { Report } from '../agent/report.ts';
import { pictureOf } from './answer-files.ts';
import { csvFiles } from './blocks/csv.ts';
import { postAnswer } from './post-answer.ts';
import type { Place } from './posting.ts';
import { completePicture, sendBytes, shareFiles, waitUntilReady } from './upload.ts';

export class Sharing {
  readonly #store: Store;
  readonly #link: (runId: string) => string | null;

  constructor(store: Store, link: (runId: string) => string | null) {
    this.#store = store;
    this.#link = link;
  }

  /** Every row of every table and chart, as one message of the thread. False when there is nothing to send. */
  async csv(client: WebClient, report: Report, place: Place): Promise<boolean> {
    const files = csvFiles(report);
    if (files.length === 0) return false;
    const sent: { id: string; title: string }[] = [];
    for (const { filename, title, content } of files) {
      const id = await sendBytes(client, { filename, title, bytes: new TextEncoder().encode(content) });
      sent.push({ id, title });
    }
    await shareFiles(client, sent, place);
    return true;
  }

  /** The answer of a private run, in a channel. @throws what the Web API throws when even plain text is refused */
  async publish(client: WebClient, report: Report, channel: string): Promise<void> {
    await postAnswer(client, this.#store, {
      report,
      options: {
        pictures: await this.#pictures(client, report),
        link: this.#link(report.runId),
        share: false,
      },
      key: `${report.runId}:shared`,
      place: { channel },
      since: report.receipt.finishedAt,
      refused: () => {},
    });
  }

  /** Fresh uploads: a picture of a direct message is not visible in a channel. */
  async #pictures(client: WebClient, report: Report): Promise<Map<number, string>> {
    const pictures = new Map<number, string>();
    for (const [i, block] of report.blocks.entries()) {
      if (block.kind !== 'chart') continue;
      const upload = await pictureOf(block, this.#store);
      if (!upload) continue;
      const id = await sendBytes(client, upload);
      await completePicture(client, id, upload.title);
      await waitUntilReady(client, id);
      pictures.set(i, id);
    }
    return pictures;
  }
}
