import path from "node:path";
import type { NextConfig } from "next";

const config: NextConfig = {
  // The client package is linked from this repository; yours comes from npm, and needs no line here.
  turbopack: { root: path.join(import.meta.dirname, "../..") },
};

export default config;
