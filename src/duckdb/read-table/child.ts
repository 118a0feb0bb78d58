/** Entry of the process that reads one file: the bytes are anybody's, and whatever they do to a parser happens here. */
import { serveJobs } from '../../processes/child.ts';
import { readFile } from './read-file.ts';

serveJobs(readFile);
