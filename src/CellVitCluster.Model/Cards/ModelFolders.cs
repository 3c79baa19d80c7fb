namespace CellVitCluster.Model.Cards;

/// <summary>Where models lie on this machine.</summary>
public static class ModelFolders
{
    /// <summary>Environment variable that names the user's folder.</summary>
    public const string Variable = "CELLVIT_MODELS";

    /// <summary>The cards and weights that came with the program; read only.</summary>
    public static string Shipped { get; } = Path.Combine(AppContext.BaseDirectory, "configs", "models");

    /// <summary>
    /// The user's models: <c>CELLVIT_MODELS</c>, else <c>cellvit/models</c> below <c>XDG_DATA_HOME</c>, else below <c>~/.local/share</c>. Weights
    /// are data and no cache: some can be fetched only once, by the person who was given access. The folder need not exist.
    /// </summary>
    public static string User { get; } = Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } stated
        ? Path.GetFullPath(stated)
        : Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData, Environment.SpecialFolderOption.DoNotVerify), "cellvit", "models");
}
