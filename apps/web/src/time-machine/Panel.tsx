// A part of the machine with its title, and where it is long, a place to scroll that the keyboard reaches.
import { useId, type ReactNode } from 'react';
import styles from './Panel.module.css';

interface Props {
  readonly title: ReactNode;
  /** Beside the title. */
  readonly aside?: ReactNode;
  readonly isLong?: boolean;
  readonly children: ReactNode;
}

export const Panel = ({ title, aside, isLong = false, children }: Props) => {
  const titleId = useId();
  return (
    <section className={styles['panel']} aria-labelledby={titleId}>
      <div className={styles['head']}>
        <h2 id={titleId}>{title}</h2>
        {aside === undefined ? null : <p>{aside}</p>}
      </div>
      {isLong ? (
        // What scrolls has to be reachable by keyboard.
        // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex
        <div className={styles['long']} role="group" aria-labelledby={titleId} tabIndex={0}>{children}</div>
      ) : children}
    </section>
  );
};
