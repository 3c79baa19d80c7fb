using CellVitCluster.Domain.Errors;

namespace CellVitCluster.Model.Cards;

/// <summary>Names of models, which are also file names.</summary>
public static class ModelNames
{
    private const int MaximumLength = 100;

    /// <summary>Whether a name can be given to a model: letters, digits, dots, hyphens and underscores, the first no dot.</summary>
    public static bool IsValid(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        return name.Length is > 0 and <= MaximumLength && name[0] != '.' && name != ModelRegistry.Name
            && name.All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '-' or '_');
    }

    /// <summary>Refuses names that cannot be given or are taken.</summary>
    /// <exception cref="ConfigurationException">The name cannot be used.</exception>
    public static void RequireFree(string name, ModelCatalog catalog)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        if (!IsValid(name))
        {
            throw new ConfigurationException(
                $"No model can be called '{name}'.", "Names consist of letters, digits, '.', '-' and '_' and do not begin with a dot; 'registry' is reserved.", "Choose another one with --name.");
        }

        if (catalog.CardPath(name) is { } taken)
        {
            throw new ConfigurationException(
                $"Cannot install a model as '{name}'.", $"The card '{taken}' has that name.", "Choose another one with --name, or delete that card and its weights first.");
        }
    }
}
