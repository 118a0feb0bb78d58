/** The process of one benchmark: runs it and hands its findings to the parent. */
import { ITEMS } from './items/index.ts';

const item = ITEMS.find(({ name }) => name === process.argv[2]);
if (!item) throw new Error(`no benchmark ${process.argv[2]}`);
process.send?.(await item.run());
process.disconnect?.();
