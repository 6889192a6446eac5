// How a page asks and commands: an answer is an answer, silence is asked again, and a command is one however often it is sent.
import { MutationCache, QueryCache, QueryClient, useMutation, useQueryClient } from '@tanstack/react-query';
import { useCallback, useEffect, useRef } from 'react';
import { codeOf, Refusal } from './client.js';
import { Intents } from './intents.js';

const asksAgain = new Set(['request_in_progress', 'too_many_requests']);

/** Nothing that says what has come of it. */
const isSilence = (error: Error): boolean => !(error instanceof Refusal) || error.problem.status >= 500 || asksAgain.has(error.problem.code);

const isWorthAsking = (failures: number, error: Error): boolean => failures < 4 && isSilence(error);

/** Under this key lies whose page it is; whoever is refused as nobody, or as somebody else, asks for it anew. */
export const sessionKey = ['session'];

const notice = (error: Error, key?: readonly unknown[]): void => {
  const code = codeOf(error);
  if ((code === 'unauthenticated' || code === 'not_found') && key?.[0] !== sessionKey[0]) void queries.invalidateQueries({ queryKey: sessionKey });
};

export const queries: QueryClient = new QueryClient({
  queryCache: new QueryCache({ onError: (error, { queryKey }) => { notice(error, queryKey); } }),
  mutationCache: new MutationCache({ onError: (error) => { notice(error); } }),
  defaultOptions: { queries: { retry: isWorthAsking, networkMode: 'always' }, mutations: { retry: isWorthAsking, networkMode: 'always' } },
});

interface Sent<Input> {
  readonly input: Input;
  readonly sending: AbortController;
}

/** Heard even where what was pressed is gone by then. */
interface Then<Output> {
  readonly onDone?: (output: Output) => void;
  readonly onFailed?: (error: unknown) => void;
}

/**
 * What changes something. Until its answer has come the same input goes out under the same Idempotency-Key, and a second press is the first one. What was
 * read before is read anew afterwards. Whoever leaves the place, or calls `stop`, has it sent no more: it may have arrived by then, and what is read anew
 * says whether it has.
 */
export function useCommand<Input, Output>(send: (input: Input, key: string, signal: AbortSignal) => Promise<Output>, { onDone, onFailed }: Then<Output> = {}) {
  const client = useQueryClient();
  const intents = useRef(new Intents());
  const underWay = useRef<Sent<Input> | null>(null);
  const stop = useCallback(() => {
    if (!underWay.current) return;
    underWay.current.sending.abort();
    intents.current.unanswered(underWay.current.input);
    underWay.current = null;
    void client.invalidateQueries();
  }, [client]);
  useEffect(() => stop, [stop]);
  const isOver = (one: Sent<Input>): void => { if (underWay.current === one) underWay.current = null; };
  const { mutate: begin, ...mutation } = useMutation({
    retry: (failures, error) => error.name !== 'AbortError' && isWorthAsking(failures, error),
    mutationFn: ({ input, sending: { signal } }: Sent<Input>) => {
      signal.throwIfAborted();
      return send(input, intents.current.keyOf(input), signal);
    },
    // What is said of it stands beside what has come of it, never beside what was before.
    onSuccess: async (output, sent) => {
      intents.current.answered(sent.input);
      isOver(sent);
      await client.invalidateQueries();
      onDone?.(output);
    },
    onError: async (error, sent) => {
      const wasStopped = sent.sending.signal.aborted;
      if (!isSilence(error)) intents.current.answered(sent.input);
      else if (!wasStopped) intents.current.unanswered(sent.input);
      isOver(sent);
      if (error instanceof Refusal || wasStopped) await client.invalidateQueries();
      // Of what was stopped nothing is told but what is read.
      if (!wasStopped) onFailed?.(error);
    },
  });
  const mutate = (input: Input) => {
    if (!intents.current.begin(input)) return;
    underWay.current = { input, sending: new AbortController() };
    begin(underWay.current);
  };
  return { ...mutation, mutate, stop };
}
