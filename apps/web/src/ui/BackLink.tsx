// The way back, to a place that is named, so that it leads there also after a reload.
import { Trans } from '@lingui/react/macro';

interface Props {
  /** An address of the page. */
  readonly to: string;
  readonly className?: string | undefined;
}

export const BackLink = ({ to, className }: Props) => (
  <a className={className} href={`#${to}`}>
    <span aria-hidden="true">← </span>
    <Trans>Back</Trans>
  </a>
);
