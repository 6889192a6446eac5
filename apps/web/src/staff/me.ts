// Who sits here, as the service knows them: it reads the role out of the token by its own settings, and a page does not.
import { useQuery } from '@tanstack/react-query';
import { bodyOf, type Schemas } from '../service/client.js';
import { staff, useToken } from './session.js';

export type Me = Schemas['Staff'];

/** The same for as long as he stays, whatever token he goes on with. */
export function useMe() {
  const token = useToken();
  return useQuery({ queryKey: ['staff', 'me'], queryFn: () => bodyOf(staff.GET('/v1/staff/me')), enabled: token !== null, staleTime: Infinity });
}
