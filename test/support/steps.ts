import test, { type ExecutionContext } from 'ava';

/** Registers a step of a story: each stands on the one before it, and none is tried after one that failed. */
export function steps(story: string): (title: string, act: (t: ExecutionContext) => Promise<void>) => void {
  let broken = '';
  return (title, act) =>
    test.serial(`${story}: ${title}`, async (t) => {
      if (broken !== '') return t.fail(`not tried, since this failed: ${broken}`);
      broken = title;
      await act(t);
      if (t.passed) broken = '';
    });
}
