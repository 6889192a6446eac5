// A part of an account with its title, and where it is long, a place to scroll that the keyboard reaches.
import { useId, type ReactNode } from 'react';
import styles from './Part.module.css';

interface Props {
  readonly title: ReactNode;
  readonly isLong?: boolean;
  readonly children: ReactNode;
}

export const Part = ({ title, isLong = false, children }: Props) => {
  const titleId = useId();
  return (
    <section aria-labelledby={titleId}>
      <h2 id={titleId}>{title}</h2>
      {isLong ? (
        // What scrolls has to be reachable by keyboard.
        // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex
        <div className={styles['long']} role="group" aria-labelledby={titleId} tabIndex={0}>{children}</div>
      ) : children}
    </section>
  );
};
