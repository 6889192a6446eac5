// A text that the page has, as a file of the customer's own.
import type { ReactNode } from 'react';
import { Button } from './Button.js';

interface Props {
  readonly name: string;
  readonly text: string;
  readonly children: ReactNode;
  readonly look?: 'decision' | 'plain';
}

export const SaveText = ({ name, text, children, look = 'plain' }: Props) => (
  <Button look={look} onPress={() => { save(name, new Blob([text], { type: 'application/json' })); }}>
    {children}
  </Button>
);

export function save(name: string, content: Blob): void {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(content);
  link.download = name;
  link.click();
  // A browser may begin to read it later.
  setTimeout(() => { URL.revokeObjectURL(link.href); }, 60_000);
}
