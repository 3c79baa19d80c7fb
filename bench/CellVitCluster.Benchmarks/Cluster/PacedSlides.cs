using System.Diagnostics;
using System.Globalization;
using CellVitCluster.TestSupport;

namespace CellVitCluster.Benchmarks.Cluster;

/// <summary>Slides for a paced model: one synthetic slide under many names.</summary>
internal static class PacedSlides
{
    /// <summary>Makes them.</summary>
    /// <returns>Their paths.</returns>
    public static async Task<IReadOnlyList<string>> MakeAsync(string folder, int side, int count)
    {
        Directory.CreateDirectory(folder);
        string first = Path.Combine(folder, "slide-0.tiff");
        string size = side.ToString(CultureInfo.InvariantCulture);
        using (Process process = Process.Start(new ProcessStartInfo("dotnet", [Checkout.Executable, "synth", first, "--size", $"{size}x{size}", "--seed", "11"])
        {
            UseShellExecute = false,
            RedirectStandardError = true,
            RedirectStandardOutput = true,
        })!)
        {
            Task<string> output = process.StandardOutput.ReadToEndAsync();
            string errors = await process.StandardError.ReadToEndAsync();
            await output;
            await process.WaitForExitAsync();
            if (process.ExitCode != 0)
            {
                throw new InvalidOperationException($"No synthetic slide: {errors}");
            }
        }

        var slides = new List<string> { first };
        for (int i = 1; i < count; i++)
        {
            string copy = Path.Combine(folder, FormattableString.Invariant($"slide-{i}.tiff"));
            File.Copy(first, copy);
            slides.Add(copy);
        }

        return slides;
    }
}
