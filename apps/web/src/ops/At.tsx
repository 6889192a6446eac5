// An instant as staff read it.
import { utcText } from './spans.js';

export const At = ({ at }: { readonly at: string | null | undefined }) => (at ? <time dateTime={at}>{utcText(at)}</time> : <>—</>);
