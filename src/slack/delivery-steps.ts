/** Durable steps that talk to Slack: each gets the right client, and fails in the words of the core. */
import type { WebClient } from '@slack/web-api';
import type { Steps } from '../agent/ports.ts';
import { type Clients, slackError, toAnalystError } from './client.ts';
import type { Destination } from './destination.ts';
import { errorFields, type Logger } from './logger.ts';
import type { Metrics } from './metrics.ts';

export interface DeliveryStepsParts {
  clients: Clients;
  logger: Logger;
  metrics: Metrics;
}

export class DeliverySteps {
  readonly #parts: DeliveryStepsParts;
  readonly #steps: Steps;
  readonly #to: Destination;
  readonly #run: string;

  constructor(parts: DeliveryStepsParts, steps: Steps, to: Destination, run: string) {
    this.#parts = parts;
    this.#steps = steps;
    this.#to = to;
    this.#run = run;
  }

  /** @throws AnalystError when the retries are used up */
  must<T>(id: string, name: string, work: (client: WebClient) => Promise<T>): Promise<T> {
    return this.#steps.run(id, name, async () => {
      try {
        return await work(await this.#parts.clients.of(this.#to.installation));
      } catch (error) {
        const failure = toAnalystError(error);
        this.#parts.metrics.count('slack_api_errors_total', slackError(error) ?? failure.code);
        throw failure;
      }
    });
  }

  /** May fail for good: the answer goes on without it. */
  async may<T>(id: string, name: string, work: (client: WebClient) => Promise<T>): Promise<T | null> {
    try {
      return await this.must(id, name, work);
    } catch (error) {
      this.warn(`${name} failed`, error);
      return null;
    }
  }

  warn(what: string, error: unknown): void {
    const fields = { run: this.#run, user: this.#to.user, channel: this.#to.channel };
    this.#parts.logger.warn({ ...fields, ...errorFields(error) }, what);
  }
}
