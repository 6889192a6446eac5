// What was asked for and waits for a second person, as the service tells it, and what one does about it.
import { keepPreviousData, useInfiniteQuery, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { bodyOf, type Schemas } from '../../service/client.js';
import { staff } from '../../staff/session.js';

export type AskedAct = Schemas['AskedAct'];
export type AskedStatus = AskedAct['status'];

const key = ['ops', 'asked-acts'];
const limit = 100;
const refetchInterval = 10_000;

/** `null`: whatever has become of them. */
export const useAskedActs = (status: AskedStatus | null) =>
  useInfiniteQuery({
    queryKey: [...key, 'list', status],
    queryFn: ({ pageParam }) => bodyOf(staff.GET('/v1/ops/asked-acts', { params: { query: { limit, ...(status && { status }), ...(pageParam !== undefined && { after: pageParam }) } } })),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: ({ next }) => next ?? undefined,
    placeholderData: keepPreviousData,
    refetchInterval,
  });

export const useAskedAct = (askedActId: string) =>
  useQuery({ queryKey: [...key, askedActId], queryFn: () => bodyOf(staff.GET('/v1/ops/asked-acts/{askedActId}', { params: { path: { askedActId } } })), refetchInterval });

/** What it would be done to, where that is many. */
export const useActOnMany = (actId: string) =>
  useQuery({
    queryKey: ['ops', 'acts', actId],
    async queryFn() {
      const params = { path: { actId } };
      const [act, { data: targets }] = await Promise.all([
        bodyOf(staff.GET('/v1/ops/acts/{actId}', { params })), bodyOf(staff.GET('/v1/ops/acts/{actId}/targets', { params: { ...params, query: { limit: 10 } } })),
      ]);
      return { act, targets };
    },
  });

/** Once: whoever presses again is told what has become of it. */
export function useAnswer(askedActId: string) {
  const client = useQueryClient();
  const params = { path: { askedActId } };
  return useMutation({
    mutationFn: (answer: 'confirm' | 'decline') => bodyOf(answer === 'confirm' ? staff.POST('/v1/ops/asked-acts/{askedActId}/confirm', { params }) : staff.DELETE('/v1/ops/asked-acts/{askedActId}', { params })),
    retry: false,
    onSettled: () => client.invalidateQueries({ queryKey: ['ops'] }),
  });
}
