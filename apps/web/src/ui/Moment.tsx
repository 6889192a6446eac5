// A date, as one can rely on it: day, time and zone, and how far away that is.
import { momentText, relativeText } from './format.js';
import styles from './Moment.module.css';
import { useReader } from './reading.js';

interface Props {
  /** An instant. */
  readonly at: string;
  /** Without how far away it is. */
  readonly isBare?: boolean;
}

export function Moment({ at, isBare = false }: Props) {
  const reader = useReader();
  const text = <time dateTime={at}>{momentText(at, reader)}</time>;
  if (isBare || reader.asOf === undefined) return text;
  return (
    <>
      {text} <span className={styles.relative}>({relativeText(at, reader.asOf, reader)})</span>
    </>
  );
}
