using CellVitCluster.Cli.Roles;
using CellVitCluster.Domain.Ports;
using CellVitCluster.Domain.Runs;
using CellVitCluster.Domain.Taxonomies;
using CellVitCluster.Inference.Classification;
using CellVitCluster.Model.Cards;

namespace CellVitCluster.Cli.Submission;

/// <summary>Where the classes of the cells come from.</summary>
/// <param name="Branch">What the network's class branch decides.</param>
/// <param name="Taxonomy">Classes of the cells.</param>
/// <param name="Classifiers">Token classifiers, one class layer each.</param>
internal sealed record RunClasses(ClassBranchUse Branch, Taxonomy Taxonomy, IReadOnlyList<ClassifierReference> Classifiers)
{
    /// <summary>
    /// Chooses what the options ask for. With token classifiers, or when only nuclei are wanted, the network's class branch decides nothing,
    /// except in the published program's way of working, where it still drops the nuclei that it takes for background.
    /// </summary>
    /// <param name="options">Options of the command.</param>
    /// <param name="workers">The model.</param>
    /// <exception cref="Domain.Errors.CellVitException">A classifier cannot be found or used, or is named twice.</exception>
    public static RunClasses Choose(RunSessionOptions options, LocalWorkers workers)
    {
        IReadOnlyList<ClassifierReference> classifiers = options.Classifiers.Count == 0 ? [] : Find(options.Classifiers, workers);
        ClassBranchUse branch = (options.Compatibility, options.Binary) switch
        {
            (CompatibilityMode.Reference, true) => ClassBranchUse.Gate,
            (CompatibilityMode.Reference, false) => ClassBranchUse.Classes,
            (_, false) when classifiers.Count == 0 => ClassBranchUse.Classes,
            _ => ClassBranchUse.None,
        };
        Taxonomy taxonomy = branch == ClassBranchUse.Classes ? workers.Model.Taxonomy : TaxonomyCatalog.Installed.Get(TaxonomyCatalog.Binary);
        return new RunClasses(branch, taxonomy, classifiers);
    }

    private static ClassifierReference[] Find(IReadOnlyList<string> namesOrPaths, LocalWorkers workers)
    {
        string beside = Path.GetDirectoryName(workers.WeightsPath)!;
        var catalog = new ClassifierCatalog([.. new[] { ModelFolders.Shipped, ModelFolders.User, beside }.Distinct(StringComparer.Ordinal)]);
        return [.. catalog.Resolve(namesOrPaths, workers.Model.TokenWidth)
            .Select(found => new ClassifierReference(found.Path, found.Classifier.Sha256, found.Classifier.Taxonomy))];
    }
}
