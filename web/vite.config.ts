import tailwindcss from "@tailwindcss/vite";
import { defineConfig, loadEnv } from "vite";

export default defineConfig(({ mode }) => {
	const { PRAKTIK_ASSETS_OUT } = loadEnv(mode, ".", "PRAKTIK_");
	return {
		base: "/assets/",
		plugins: [tailwindcss()],
		build: {
			outDir: PRAKTIK_ASSETS_OUT ?? "dist",
			emptyOutDir: true,
			manifest: true,
			target: ["chrome111", "firefox114", "safari16.4"],
			// Everything is a file of its own: the content security policy knows no data: addresses.
			assetsInlineLimit: 0,
			modulePreload: { polyfill: false },
			rolldownOptions: {
				input: ["src/app.ts", "src/app.css"],
				output: {
					entryFileNames: "[name]-[hash].js",
					chunkFileNames: "[name]-[hash].js",
					assetFileNames: "[name]-[hash][extname]",
				},
			},
		},
	};
});
