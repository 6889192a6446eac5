// Where something may come to be said; it is there before, since only then is it heard.
import { useEffect, useRef, type ReactNode } from 'react';
import styles from './Aloud.module.css';

interface Props {
  readonly children: ReactNode;
  /** Each new number moves the focus here, where what was pressed may be gone. */
  readonly focus?: number;
}

export function Aloud({ children, focus = 0 }: Props) {
  const region = useRef<HTMLDivElement>(null);
  useEffect(() => { if (focus > 0) region.current?.focus(); }, [focus]);
  return (
    <div className={styles.aloud} aria-live="polite" ref={region} tabIndex={-1}>
      {children}
    </div>
  );
}
