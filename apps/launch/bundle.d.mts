/** The file of a built program, `APP/NAME`; `checkout`: of another one than this. */
export function programFile(program: string, checkout?: string): string;
