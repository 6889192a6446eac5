// The title of a place. It takes the focus when one arrives, so that whoever does not see the page hears where they are.
import { useEffect, useRef, type ReactNode } from 'react';
import { hasMoved } from './address.js';

interface Props {
  /** In the window's title. */
  readonly title: string;
  readonly children: ReactNode;
}

export function Heading({ title, children }: Props) {
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    if (!hasMoved()) return;
    window.scrollTo(0, 0);
    heading.current?.focus({ preventScroll: true });
  }, []);
  return (
    <>
      <title>{title}</title>
      <h1 ref={heading} tabIndex={-1}>
        {children}
      </h1>
    </>
  );
}
