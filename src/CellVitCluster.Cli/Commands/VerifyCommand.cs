using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using CellVitCluster.Cli.Output;
using CellVitCluster.Domain.Errors;
using CellVitCluster.Inference.Verification;
using CellVitCluster.Model.Devices;

namespace CellVitCluster.Cli.Commands;

/// <summary><c>cellvit verify</c>: does this installation compute what the published program computes?</summary>
internal static class VerifyCommand
{
    public static Command Create()
    {
        var folders = new Argument<DirectoryInfo[]>("FOLDER") { Description = "Folders with golden cases, found by their form.", Arity = ArgumentArity.OneOrMore };
        var device = CommonOptions.Device();
        var precision = CommonOptions.Precision();
        var json = CommonOptions.Json();
        var command = new Command(
            "verify",
            "Runs every golden case below the folders and compares with the recorded outputs.\n\nExample:\n  cellvit verify goldens --device cuda:0")
        {
            folders, device, precision, json,
        };
        command.SetAction((parsed, cancellation) => Task.Run(
            () => Verify(
                parsed.GetRequiredValue(folders), Device(parsed.GetRequiredValue(device), parsed.GetValue(precision)), parsed.GetValue(json), cancellation),
            cancellation));
        return command;
    }

    /// <summary>The device and the kernels that runs use on this machine, unless asked otherwise: those are what the user wants to trust.</summary>
    private static InferenceDevice Device(string name, string? precision)
    {
        InferenceDevice device = InferenceDevice.Parse(name).WithPrecision(precision is null ? null : Precisions.Parse(precision));
        return ConvolutionChoice.User.Apply(device, Environment.GetEnvironmentVariable(ConvolutionChoice.Variable));
    }

    private static int Verify(DirectoryInfo[] folders, InferenceDevice device, bool json, CancellationToken cancellation)
    {
        var cases = new List<IGoldenCase>();
        foreach (DirectoryInfo folder in folders)
        {
            if (!folder.Exists)
            {
                throw new ConfigurationException(
                    $"The golden cases at '{folder.FullName}' cannot be run.", "The folder does not exist.", "Check the path.");
            }

            cases.AddRange(GoldenCases.Find(folder.FullName, device));
        }

        if (cases.Count == 0)
        {
            throw new ConfigurationException(
                "Nothing can be verified.", "The folders hold no golden case of a known form.", "Pass the folder that holds forward/, postproc/, overlap/, metrics/ or tiles/.");
        }

        var results = new List<GoldenResult>();
        int width = Math.Max(4, cases.Max(c => c.Name.Length));
        if (!json)
        {
            Terminal.Results.WriteLine($"{"case".PadRight(width)}  {"largest",10}  {"tolerance",10}  result");
        }

        foreach (IGoldenCase golden in cases)
        {
            cancellation.ThrowIfCancellationRequested();
            GoldenResult result = golden.Run(cancellation);
            results.Add(result);
            if (!json)
            {
                Terminal.Results.WriteLine($"{result.Case.PadRight(width)}  {Number(result.LargestDifference),10}  {Number(result.Tolerance),10}  {Word(result.Outcome)}  {result.Detail}");
            }
        }

        int passed = results.Count(r => r.Outcome == GoldenOutcome.Passed);
        int failed = results.Count(r => r.Outcome == GoldenOutcome.Failed);
        int skipped = results.Count(r => r.Outcome == GoldenOutcome.Skipped);
        if (json)
        {
            var report = new VerifyReport(passed, failed, skipped, device.Profile.Value, [.. results.Select(r => new VerifyCase(
                r.Case, Word(r.Outcome), Finite(r.LargestDifference), Finite(r.Tolerance), r.Detail))]);
            Terminal.Results.WriteLine(JsonSerializer.Serialize(report, CliJson.Default.VerifyReport));
        }
        else
        {
            Terminal.Results.WriteLine($"networks ran as {device.Profile.Value} on {device}");
            Terminal.Results.WriteLine($"{passed} passed, {failed} failed, {skipped} skipped");
        }

        return failed == 0 ? ExitCodes.Done : ExitCodes.CheckFailed;
    }

    private static string Word(GoldenOutcome outcome) => outcome switch
    {
        GoldenOutcome.Passed => "pass",
        GoldenOutcome.Failed => "FAIL",
        _ => "skip",
    };

    private static double? Finite(double value) => double.IsFinite(value) ? value : null;

    private static string Number(double value) => double.IsNaN(value) ? "–" : value.ToString("0.##e+0", CultureInfo.InvariantCulture);
}
