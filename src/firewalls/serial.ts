/** Runs tasks one after the other, in the order they were asked for; a failed one does not stop the next. */
export function serial(): <Result>(task: () => Promise<Result>) => Promise<Result> {
  let last: Promise<unknown> = Promise.resolve();
  return (task) => {
    // The failure belongs to whoever asked for that task, so the next starts either way.
    const result = last.then(task, task);
    last = result.catch(() => undefined);
    return result;
  };
}
