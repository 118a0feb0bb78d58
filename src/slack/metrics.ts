/** Counters of this process in the text format of Prometheus. Names and label values are ours, never a person's. */
const HELP = {
  slack_events_total: 'Deliveries from Slack, by kind.',
  slack_questions_total: 'Questions, by outcome: started, waiting, duplicate, denied, failed.',
  slack_answers_total: 'Answers posted, by the form that Slack accepted.',
  slack_actions_total: 'Buttons pressed, by action.',
  slack_api_errors_total: 'Calls of the Web API that failed, by error.',
} as const;

export class Metrics {
  readonly #counts = new Map<string, number>();

  count(name: keyof typeof HELP, label: string): void {
    const key = `${name}{by="${label.replace(/[^a-z0-9_.-]/gi, '_').slice(0, 60)}"}`;
    this.#counts.set(key, (this.#counts.get(key) ?? 0) + 1);
  }

  /** Exposition format 0.0.4. */
  text(): string {
    const lines: string[] = [];
    for (const [name, help] of Object.entries(HELP)) {
      lines.push(`# HELP ${name} ${help}`, `# TYPE ${name} counter`);
      for (const [key, count] of this.#counts) if (key.startsWith(`${name}{`)) lines.push(`${key} ${count}`);
    }
    return `${lines.join('\n')}\n`;
  }
}
