using CellVitCluster.Domain.Ports;
using CellVitCluster.Domain.Runs;
using CellVitCluster.Domain.Taxonomies;
using CellVitCluster.Inference.Classification;

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
    /// <param name="compatibility">Whose rules decide.</param>
    /// <param name="binary">Whether only nuclei are wanted.</param>
    /// <param name="classifiers">Names or paths of token classifiers.</param>
    /// <param name="model">The model.</param>
    /// <param name="folders">Folders in which classifiers are looked for by name, the first match wins; they need not exist.</param>
    /// <exception cref="Domain.Errors.CellVitException">A classifier cannot be found or used, or is named twice.</exception>
    public static RunClasses Choose(
        CompatibilityMode compatibility, bool binary, IReadOnlyList<string> classifiers, RunModel model, IReadOnlyList<string> folders)
    {
        ClassifierReference[] found = classifiers.Count == 0 ? [] : Find(classifiers, model, folders);
        ClassBranchUse branch = (compatibility, binary) switch
        {
            (CompatibilityMode.Reference, true) => ClassBranchUse.Gate,
            (CompatibilityMode.Reference, false) => ClassBranchUse.Classes,
            (_, false) when found.Length == 0 => ClassBranchUse.Classes,
            _ => ClassBranchUse.None,
        };
        Taxonomy taxonomy = branch == ClassBranchUse.Classes ? model.Taxonomy : TaxonomyCatalog.Installed.Get(TaxonomyCatalog.Binary);
        return new RunClasses(branch, taxonomy, found);
    }

    private static ClassifierReference[] Find(IReadOnlyList<string> namesOrPaths, RunModel model, IReadOnlyList<string> folders) =>
        [.. new ClassifierCatalog([.. folders.Distinct(StringComparer.Ordinal)]).Resolve(namesOrPaths, model.TokenWidth)
            .Select(found => new ClassifierReference(found.Path, found.Classifier.Sha256, found.Classifier.Taxonomy))];
}
