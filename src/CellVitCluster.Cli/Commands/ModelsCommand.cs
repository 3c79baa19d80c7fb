using System.CommandLine;

namespace CellVitCluster.Cli.Commands;

/// <summary><c>cellvit models</c>: weights on this machine and where they come from.</summary>
internal static class ModelsCommand
{
    public static Command Create() => new("models", "Lists, inspects, fetches, imports, converts, checks and calibrates models.")
    {
        ModelsListCommand.Create(),
        ModelsShowCommand.Create(),
        ModelsPullCommand.Create(),
        ModelsImportCommand.Create(),
        ModelsConvertCommand.Create(),
        ModelsVerifyCommand.Create(),
        ModelsCalibrateCommand.Create(),
    };
}
