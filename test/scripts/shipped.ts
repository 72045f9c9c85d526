import { shippedFunctions, shippedTemplates } from '../../src/disk/shipped.ts';
import { precompiled } from '../../src/render/templates.ts';

/** The text of a module with the exports of src/disk/shipped.ts, and all texts in it. */
export async function shippedModule(): Promise<string> {
  const templates = [...(await shippedTemplates())].map(
    ([name, { text, origin }]) =>
      `[${JSON.stringify(name)}, { text: ${JSON.stringify(text)}, origin: ${JSON.stringify(origin)}, compiled: ${precompiled(text)} }],\n`,
  );
  const functions = JSON.stringify([...(await shippedFunctions())]);
  return `const templates = new Map([
${templates.join('')}]);
const functions = new Map(${functions});
export const shippedTemplates = () => Promise.resolve(templates);
export const shippedFunctions = () => Promise.resolve(functions);
`;
}
