// The Kafka client compiles a validator for the options of each request that it knows when it is loaded, half a second of work; most are never asked. Its bundle gets this
// in the place of Ajv.
import { Ajv2020 as Ajv } from "ajv/dist/2020.js";

/** Ajv whose validators are compiled at their first call. */
export class Ajv2020 extends Ajv {
  compile(schema) {
    let compiled;
    const validate = (data) => {
      compiled ??= super.compile(schema);
      const isValid = compiled(data);
      validate.errors = compiled.errors;
      return isValid;
    };
    return validate;
  }
}
