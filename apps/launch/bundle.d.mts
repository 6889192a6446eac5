/** The file of a built program, `APP/NAME`. */
export function programFile(program: string): string;
