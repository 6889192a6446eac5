// Ends the session, here and in every other tab.
import { Trans } from '@lingui/react/macro';
import { bodyOf, service } from '../../service/client.js';
import { useCommand } from '../../service/queries.js';
import { Button } from '../../ui/Button.js';

export function Leave({ accountId }: { readonly accountId: string }) {
  const { mutate, isPending } = useCommand(async () => {
    // By now it may be the session of another account, which is not this tab's to end.
    const session = await bodyOf(service.GET('/v1/page-session'));
    if (session.accountId === accountId) await bodyOf(service.DELETE('/v1/page-session'));
  });
  return (
    <Button look="plain" isPending={isPending} onPress={() => { mutate(null); }}>
      <Trans>Close this page</Trans>
    </Button>
  );
}
